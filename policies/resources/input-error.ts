// The error that stands for "I could not even begin".

/** Input that cannot be used: wrong arguments, or texts that cannot be read. The message is for the user: it names the argument or the file, and what to do. */
export class InputError extends Error {
  override readonly name = "InputError";
}
