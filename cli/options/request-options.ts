// The options that describe one request.

import type { Command } from "commander";
import { tokenPlaceholder, type DescribedRequest } from "../../policies/explanation/question.js";
import { readRequestFields, type RequestFields } from "../../policies/explanation/request-fields.js";
import { collect } from "./repeated-option.js";

export type RequestFlags = RequestFields;

/** Adds the options to a verb. */
export function addRequestOptions(command: Command): Command {
  return command
    .optionsGroup("The request:")
    .option("--request <METHOD path>", 'such as "GET /headers" or "POST https://httpbin.foo/post"', "GET /")
    .option(
      "-H, --header <name: value>",
      `a header field; ${tokenPlaceholder} in it is the token; may be repeated`,
      collect,
    )
    .option(
      "--host <name>",
      "the authority, with the port if the client names it (default: the URL's, else example.com)",
    )
    .option("--peer <address>", "the TCP peer: ipBlocks, source.ip", "127.0.0.1")
    .option(
      "--remote <address>",
      "the client behind X-Forwarded-For, as Envoy sees it: remoteIpBlocks (default: the peer)",
    )
    .option(
      "--destination <address:port>",
      "where it arrives: ports, destination.ip, destination.port",
      "127.0.0.1:80",
    )
    .option("--sni <name>", "the server name that the client asked for in TLS: connection.sni")
    .option(
      "--principal <name>",
      "the identity in the client's certificate, as cluster.local/ns/foo/sa/sleep",
    )
    .option("--certificate <sha256>", "the client's certificate, to which tokens may be bound: its SHA-256")
    .option("--metadata <JSON>", 'dynamic metadata, as {"envoy.filters.x": {"key": "value"}}');
}

/**
 * The request as Envoy hands it to its filters.
 * @throws InputError if an option has another form, or Envoy would refuse the request
 */
export const readRequestOptions = (flags: RequestFlags): DescribedRequest =>
  readRequestFields(flags, (field) => `--${field}`);
