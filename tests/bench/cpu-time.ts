// What a process has used of the processors, from /proc: exact to nanoseconds, unlike the clock ticks of /proc/<pid>/stat.

import { readdir, readFile } from "node:fs/promises";

/** CPU time of all threads that a process has at the moment, in nanoseconds (Linux, Documentation/scheduler/sched-stats.rst). */
export async function cpuNanoseconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(threads.map((thread) => threadNanoseconds(pid, thread)));
  return times.reduce((sum, time) => sum + time, 0);
}

/** CPU time of one thread in nanoseconds; 0 if it has ended. */
export async function threadNanoseconds(pid: number, thread: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0");
  return Number(text.split(" ", 1)[0]);
}
