// `npm run image`: writes the filter with its digest, and its OCI image, to dist/. SOURCE_DATE_EPOCH dates the image.

import { join, relative } from "node:path";
import { sourceDate, writeReleaseFiles } from "./image/release-files.js";
import { repositoryRoot } from "./repository-root.js";

const files = await writeReleaseFiles(join(repositoryRoot, "dist"), sourceDate(process.env));
const show = (path: string) => relative(process.cwd(), path);
process.stdout.write(`${show(files.wasm)} with ${show(files.checksum)}
  sha256 ${files.wasmSha256}
${show(files.layout)}/ and ${show(files.archive)}: the image ${files.tag}, as OCI layout and OCI archive
  digest ${files.imageDigest}

To a registry, with any one of these:
  skopeo copy --preserve-digests oci:${show(files.layout)}:${files.tag} docker://REGISTRY/jwt-policy:${files.tag}
  crane push ${show(files.layout)} REGISTRY/jwt-policy:${files.tag}
  oras cp --from-oci-layout ${show(files.layout)}:${files.tag} REGISTRY/jwt-policy:${files.tag}
`);
