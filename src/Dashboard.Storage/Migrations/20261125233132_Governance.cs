using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Dashboard.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Governance : Migration
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

            migrationBuilder.CreateTable(
                name: "CardNotes",
                columns: table => new
                {
                    VersionId = table.Column<int>(type: "INTEGER", nullable: false),
                    Part = table.Column<string>(type: "TEXT", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    TakenOverFrom = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CardNotes", x => new { x.VersionId, x.Part, x.Revision });
                    table.ForeignKey(
                        name: "FK_CardNotes_ModelVersions_VersionId",
                        column: x => x.VersionId,
                        principalTable: "ModelVersions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Activity_Sequence",
                table: "Activity",
                column: "Sequence",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CardNotes");

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
