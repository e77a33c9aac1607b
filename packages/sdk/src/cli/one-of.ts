import { InvalidArgumentError } from 'commander';

type Choices = Readonly<Record<string, string>>;

/** Takes one of some names, or says which there are. */
export const oneOf =
  <Names extends Choices>(choices: Names) =>
  (text: string): keyof Names & string => {
    if (isOneOf(choices, text)) return text;
    throw new InvalidArgumentError(`Expected one of ${Object.keys(choices).join(', ')}.`);
  };

const isOneOf = <Names extends Choices>(
  choices: Names,
  text: string,
): text is keyof Names & string => Object.hasOwn(choices, text);

/** Names with a line about each, for the end of a help text. */
export function listChoices(title: string, choices: Choices): string {
  const width = Math.max(...Object.keys(choices).map((name) => name.length));
  const lines = Object.entries(choices).map(([name, says]) => `  ${name.padEnd(width)}  ${says}`);
  return `\n${title}:\n${lines.join('\n')}\n`;
}
