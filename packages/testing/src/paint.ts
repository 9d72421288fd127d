import { Writable } from 'node:stream';
import { styleText } from 'node:util';

/** The parts of a drawn trace that a terminal may show in a colour. */
const styles = { trace: 'bold', aside: 'dim', link: 'cyan', error: 'red' } as const;

/** Gives a part of a line the colour that it is known by. */
export type Paint = (part: keyof typeof styles, text: string) => string;

/** For what is no terminal. */
export const plain: Paint = (_, text) => text;

/** Colours for an output that is a terminal and shows them; the environment decides too, by `NO_COLOR` and `FORCE_COLOR`. */
export function paintFor(output: object): Paint {
  return output instanceof Writable ? (part, text) => styleText(styles[part], text, { stream: output }) : plain;
}
