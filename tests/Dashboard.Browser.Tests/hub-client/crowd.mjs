// Many clients of one model's pulse in one process. Usage: node crowd.mjs URL MODEL CLIENTS
// Prints "connected" when all of them are; answers each line on its input with one line of JSON: what they heard since then. Ends with its input.
import signalR from "@microsoft/signalr";
import { createInterface } from "node:readline";

const [url, model, number] = process.argv.slice(2);
const clients = Array.from({ length: Number(number) }, () => ({ heard: 0, last: null }));
const first = []; // [predictions, Unix milliseconds] as the first client heard them

async function connect(client, index) {
  const connection = new signalR.HubConnectionBuilder().withUrl(url).configureLogging(signalR.LogLevel.Error).build();
  connection.on("changed", () => { });
  connection.on("pulse", pulse => {
    client.heard++;
    client.last = pulse.predictions;
    if (index === 0) first.push([pulse.predictions, performance.timeOrigin + performance.now()]);
  });
  await connection.start();
  await connection.invoke("Pulse", model);
}

for (let from = 0; from < clients.length; from += 20) await Promise.all(clients.slice(from, from + 20).map((client, i) => connect(client, from + i)));
console.log("connected");
for await (const _ of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ messages: clients.reduce((sum, client) => sum + client.heard, 0), lasts: clients.map(client => client.last), first }));
process.exit(0);
