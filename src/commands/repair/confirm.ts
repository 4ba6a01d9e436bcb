import { formatTime, type Span } from '../../time.ts';
import type { Context } from '../command.ts';

/** Asks for the date of each day before it is repaired. */
export interface Confirmation {
  /** Whether the date was typed. */
  confirm(day: Span): Promise<boolean>;
  /** Releases stdin, which would keep the process alive. */
  close(): Promise<void>;
}

/** Asks once per day; the replies are lines of stdin. */
export function confirmOnTerminal({ deps }: Context): Confirmation {
  const { stdin, stderr } = deps.io;
  const lines = linesOf(stdin);
  return {
    async confirm(day) {
      const date = formatTime(day.start).slice(0, 10);
      await stderr.write(
        `This rebuilds sets of ${date} on the server. Type the date to continue: `,
      );
      const typed = await lines.next();
      if (!typed.done && typed.value.trim() === date) return true;
      await stderr.write(`the answer was not ${date}: no repair was sent for this day\n`);
      return false;
    },
    async close() {
      await lines.return(undefined);
    },
  };
}

/** Without `--yes` off a terminal a run is refused before; with it nothing is asked. */
export const confirmed: Confirmation = { confirm: async () => true, close: async () => {} };

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
