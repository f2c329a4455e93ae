// What a policy of the pages answers.

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Pod } from "../stage/pod.js";
import { upstreamHeaders } from "../stage/request.js";
import type { Scene } from "./scene.js";

/** A good token is let on with its claims, no token and a bad one are not. */
export async function answersThree({ stage }: Scene, { address }: Pod, scope: string): Promise<void> {
  const token = await stage.world.sign({ scope });
  const good = await stage.world.request({ address, token });
  strictEqual(good.status, 200, good.body);
  deepStrictEqual(upstreamHeaders(good)?.["x-jwt-payload"], token.split(".")[1]);
  const none = await stage.world.request({ address });
  deepStrictEqual([none.status, none.body], [403, "RBAC: access denied"]);
  const bad = await stage.world.request({ address, token: "bad" });
  deepStrictEqual(
    [bad.status, bad.body],
    [401, "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"],
  );
}
