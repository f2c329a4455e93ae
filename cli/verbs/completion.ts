// The verb `completion`: what bash, zsh and fish need to complete the command's verbs, options and their choices.

import { Argument, type Command, type Option } from "commander";
import { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";

const names = ["jwt-policy", "envoy-jwt-policy"];

const examples = `
Examples:
  source <(jwt-policy completion bash)         in ~/.bashrc
  source <(jwt-policy completion zsh)          in ~/.zshrc, below compinit
  jwt-policy completion fish | source          in ~/.config/fish/config.fish
`;

const scripts: Readonly<Record<string, (program: Command) => string>> = { bash, zsh, fish };

/** Adds `completion` to the program. */
export function completionVerb(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command("completion")
    .summary("print what a shell needs to complete this command")
    .description(
      "Print the completion of a shell: verbs, options and their choices. Paths are completed by the shell.",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(scripts)))
    .addHelpText("after", examples)
    .action((shell: string) => {
      terminal.write(scripts[shell]!(program));
      finish(ExitCode.ok);
    });
}

const longNames = ({ options }: Command) => [...options.flatMap(({ long }) => long ?? []), "--help"];

/** What may stand behind an option; undefined: a value of any kind, or none. */
const choicesOf = (option: Option): readonly string[] | undefined => option.argChoices;

function bash({ commands }: Command): string {
  const verbs = commands.map((one) => one.name());
  const options = commands.map((one) => `    ${one.name()}) options="${longNames(one).join(" ")}" ;;`);
  const choices = commands.flatMap((one) =>
    one.options.flatMap((option) => {
      const words = choicesOf(option);
      if (words === undefined) return [];
      const flags = [option.long, option.short].flatMap((flag) => (flag ? [`"${one.name()} ${flag}"`] : []));
      return [`    ${flags.join("|")}) COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$word")); return ;;`];
    }),
  );
  return `# Completion of jwt-policy for bash.
_jwt_policy() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" verb="\${COMP_WORDS[1]}" options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${verbs.join(" ")} --help --version" -- "$word"))
    return
  fi
  case "$verb $before" in
${choices.join("\n")}
    "completion completion") COMPREPLY=($(compgen -W "${Object.keys(scripts).join(" ")}" -- "$word")); return ;;
  esac
  case "$verb" in
${options.join("\n")}
  esac
  if [ "\${word#-}" != "$word" ]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _jwt_policy ${names.join(" ")}
`;
}

function zsh({ commands }: Command): string {
  const verbs = commands.map((one) => `    '${quoted(one.name())}:${quoted(one.summary())}'`);
  const cases = commands.map((one) => {
    const specs = one.options.flatMap((option) => {
      if (option.long === undefined) return [];
      const words = choicesOf(option);
      const value = words === undefined ? "value:_files" : `value:(${words.join(" ")})`;
      const text = `[${quoted(option.description.replaceAll(/[[\]:]/g, " "))}]`;
      return [`'*${option.long}${text}${option.required ? `:${value}` : ""}'`];
    });
    const paths = one.name() === "completion" ? "'1:shell:(bash zsh fish)'" : "'*:path:_files'";
    return `    ${one.name()}) _arguments ${[...specs, paths].join(" ")} ;;`;
  });
  return `#compdef ${names.join(" ")}
# Completion of jwt-policy for zsh.
_jwt_policy() {
  local -a verbs
  verbs=(
${verbs.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join("\n")}
  esac
}
compdef _jwt_policy ${names.join(" ")}
`;
}

function fish({ commands }: Command): string {
  const lines = ["# Completion of jwt-policy for fish."];
  for (const name of names) {
    for (const one of commands) {
      lines.push(
        `complete -c ${name} -f -n __fish_use_subcommand -a ${one.name()} -d '${quoted(one.summary())}'`,
      );
      const within = `complete -c ${name} -n '__fish_seen_subcommand_from ${one.name()}'`;
      for (const option of one.options) {
        if (option.long === undefined) continue;
        const short = option.short === undefined ? "" : ` -s ${option.short.slice(1)}`;
        const words = choicesOf(option);
        const value = words === undefined ? (option.required ? " -r" : "") : ` -x -a '${words.join(" ")}'`;
        lines.push(`${within} -l ${option.long.slice(2)}${short}${value} -d '${quoted(option.description)}'`);
      }
      if (one.name() === "completion") lines.push(`${within} -x -a '${Object.keys(scripts).join(" ")}'`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Within single quotes of all three shells no quote can stand; texts are for people, and do without. */
const quoted = (text: string) => text.replaceAll("'", "’");
