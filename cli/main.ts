#!/usr/bin/env node
// The command `jwt-policy`; package.json's bin.

import { runCommandLine } from "./command-line.js";
import { terminalOf } from "./terminal.js";

process.exitCode = await runCommandLine(process.argv.slice(2), terminalOf(process));
