#!/usr/bin/env node
// The command `jwt-policy`; package.json's bin.

import { runProgram } from "./program.js";

await runProgram((args) => Promise.resolve({ args }));
