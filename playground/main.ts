// The page: what somebody types is asked, and the answer shown.

import { startPage } from "./page.js";

startPage().catch((error: unknown) => {
  const verdict = document.getElementById("verdict");
  if (verdict !== null) verdict.textContent = `The page could not start: ${(error as Error).message}`;
  throw error;
});
