import { formatTime, type Span } from '../../time.ts';
import type { Context } from '../command.ts';

/** Asks on the terminal for the date of a day; whether it was typed. */
export type Confirm = (day: Span) => Promise<boolean>;

/** A question per day; the answers are lines of stdin. */
export function confirmOnTerminal({ deps }: Context): Confirm {
  const { stdin, stderr } = deps.io;
  const lines = linesOf(stdin);
  return async (day) => {
    const date = formatTime(day.start).slice(0, 10);
    await stderr.write(`This rebuilds sets of ${date} on the server. Type the date to go on: `);
    const typed = await lines.next();
    if (!typed.done && typed.value.trim() === date) return true;
    await stderr.write(`not ${date}: nothing was sent for it\n`);
    await lines.return(undefined);
    return false;
  };
}

async function* linesOf(
  stdin: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<string, undefined, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin()) {
    text += decoder.decode(chunk, { stream: true });
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
      yield text.slice(0, at);
      text = text.slice(at + 1);
    }
  }
  return undefined;
}
