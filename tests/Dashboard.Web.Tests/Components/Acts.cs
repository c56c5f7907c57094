using Bunit;
using Bunit.Rendering;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Web.Tests.Components;

internal static class Acts
{
    private const int Most = 5;

    /// <summary>
    /// Looks up an element and acts on it between two drawings. Where a drawing that is under way has given the element another handler than the picture shows, nothing was
    /// dispatched, and it is looked up once more: a person would click the new button, too.
    /// </summary>
    public static async Task ActAsync<TComponent>(this IRenderedComponent<TComponent> component, Func<Task> act)
        where TComponent : IComponent
    {
        for (var i = 1; ; i++)
        {
            try
            {
                await component.InvokeAsync(act);
                return;
            }
            catch (UnknownEventHandlerIdException) when (i < Most)
            {
                await Task.Delay(20 * i);
            }
        }
    }
}
