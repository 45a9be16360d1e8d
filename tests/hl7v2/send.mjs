// Sends three messages on one line with node-hl7-client and prints the answers in their order.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.PEERS, "package.json"));
const { Client, Message } = require("node-hl7-client");

const said = [];
const client = new Client({ host: "127.0.0.1" });
let next;
const line = client.createConnection({ port: Number(process.argv[2]) }, async (answer) => {
  const message = answer.getMessage();
  said.push(`${message.get("MSA.2")} ${message.get("MSA.1")}`);
  next();
});
for (const id of ["N1", "N2", "N3"]) {
  const answered = new Promise((resolve) => (next = resolve));
  const text = [
    `MSH|^~\\&|NODE|CHR|RIHLA|CHR|20260312091500||ADT^A31^ADT_A05|${id}|P|2.5`,
    "EVN|A31|20260312091500",
    `PID|1||${id}^^^NODE^PI||Chraïbi^Hélène^^^^^L~شرايبي^هيلين||19700101|F`,
    "PV1|1|N",
  ].join("\r");
  await line.sendMessage(new Message({ text }));
  await answered;
}
await line.close();
console.log(said.join(" "));
process.exit(0);
