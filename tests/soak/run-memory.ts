// The command `npm run memory`.

import { main } from "./memory/memory.js";

await main(process.argv.slice(2));
