namespace Dashboard.Browser.Tests.Roles;

/// <summary>One product for the tests of roles: none of them leaves anything that another would see.</summary>
public sealed class SharedRoleProduct : IAsyncLifetime
{
    internal RoleProduct Product { get; private set; } = null!;

    public async Task InitializeAsync() => Product = await RoleProduct.StartAsync();

    public async Task DisposeAsync() => await Product.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class RoleProductRuns : ICollectionFixture<SharedRoleProduct>
{
    public const string Name = "a product with roles";
}
