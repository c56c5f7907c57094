using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class AuditLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Address",
                table: "Activity",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "AfterJson",
                table: "Activity",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "BeforeJson",
                table: "Activity",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Hash",
                table: "Activity",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "IsImported",
                table: "Activity",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Page",
                table: "Activity",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "PreviousHash",
                table: "Activity",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Sequence",
                table: "Activity",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Via",
                table: "Activity",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Activity_Sequence",
                table: "Activity",
                column: "Sequence",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Activity_Sequence",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "Address",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "AfterJson",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "BeforeJson",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "Hash",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "IsImported",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "Page",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "PreviousHash",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "Sequence",
                table: "Activity");

            migrationBuilder.DropColumn(
                name: "Via",
                table: "Activity");
        }
    }
}
