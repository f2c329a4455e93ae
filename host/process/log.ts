/** Log lines that the guest writes and that the host writes about the guest. */
import type { LogLevel } from "../abi/abi-enums.js";

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  /** root_id of the plugin that wrote it; empty while the VM starts. */
  readonly rootId: string;
  /** Id of the context that wrote it: a stream's or a root context's. */
  readonly contextId: number;
}

export type LogSink = (line: LogLine) => void;
