// The certificate authorities of `--ca-file`.

import { X509Certificate } from "node:crypto";
import { InputError } from "../../policies/resources/input-error.js";
import { optionFileText } from "../files/option-file.js";

/**
 * The certificates in a PEM file, each as PEM.
 * @throws InputError if there is none, or one cannot be read
 */
export async function readAuthorities(file: string): Promise<string[]> {
  const text = await optionFileText("--ca-file", file);
  const found = text.match(
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^]*?-----END (?:TRUSTED )?CERTIFICATE-----/g,
  );
  if (found === null)
    throw new InputError(`--ca-file ${file}: there is no certificate in it; PEM is expected`);
  found.forEach((pem, i) => {
    try {
      new X509Certificate(pem);
    } catch {
      throw new InputError(`--ca-file ${file}: certificate ${i + 1} of ${found.length} cannot be read`);
    }
  });
  return found;
}
