/** `extensions`: everything that Istio's two objects have no words for, one field for each part. Each part has a reader of its own. */
import { Fields } from "../../config/fields";
import { Extensions } from "./extensions";

/** Null where nothing is said: then no request is asked about any of it. Faults go to the errors of `root`. */
export function readExtensions(root: Fields): Extensions | null {
  const fields = root.object("extensions");
  if (fields === null) return null;
  fields.close();
  return fields.names().length > 0 ? new Extensions() : null;
}
