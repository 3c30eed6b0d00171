// Reads texts as JSON strings, one a line, and prints for each what npm's yaml makes of it, as Backstage calls it:
// a list of {error} or {value}, one a document. Needs the package `yaml` in NODE_PATH.
"use strict";
const readline = require("node:readline");
const yaml = require("yaml");

process.emitWarning = () => {};
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  let documents;
  try {
    documents = yaml.parseAllDocuments(JSON.parse(line), { merge: false, logLevel: "error" }).map((document) => {
      if (document.errors.length) return { error: document.errors.map((error) => `${error.code} ${error.message}`).join(" | ") };
      try {
        return { value: JSON.parse(JSON.stringify(document.toJSON() ?? null)) };
      } catch (error) {
        return { error: String(error) };
      }
    });
  } catch (error) {
    documents = [{ error: String(error) }];
  }
  process.stdout.write(`${JSON.stringify(documents)}\n`);
});
