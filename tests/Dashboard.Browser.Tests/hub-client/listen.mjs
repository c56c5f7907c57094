// Connects to the hub, optionally narrows to one model, and prints each batch of notifications as a line of JSON. Usage: node listen.mjs URL [MODEL]
import signalR from "@microsoft/signalr";

const [url, model] = process.argv.slice(2);
const connection = new signalR.HubConnectionBuilder().withUrl(url).configureLogging(signalR.LogLevel.Warning).build();
connection.on("changed", batch => console.log(JSON.stringify(batch)));
connection.onclose(() => process.exit(0));
process.stdin.on("end", () => connection.stop()).resume();
await connection.start();
if (model) await connection.invoke("Watch", model);
console.log("connected");
