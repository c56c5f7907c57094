using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Monitoring : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "DriftPeriodSeconds",
                table: "Models",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "HarmfulMargin",
                table: "Models",
                type: "REAL",
                nullable: false,
                defaultValue: 0.10000000000000001);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "DriftPeriodSeconds",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "HarmfulMargin",
                table: "Models");
        }
    }
}
