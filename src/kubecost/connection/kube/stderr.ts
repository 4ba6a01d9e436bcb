/** How kubectl and its libraries begin a line on stderr; what begins otherwise is a login plugin's. */
const beginnings = [
  'error: ',
  'Error from server',
  'Error in configuration',
  'Unable to connect to the server',
  'The connection to the server',
  'Handling connection for',
  'Warning: ',
  'W! ',
] as const;

/** Ends what a plugin may have printed: behind it comes advice of kubectl's. */
const lastWord = /^(error: |Error from server|Error in conf|Unable to connect|The connection to )/;

/** A line of klog: `E1126 16:00:00.000000   12345 memcache.go:265] …`. */
const logLine = /^[EWIF]\d{4} /;

/**
 * Tells the words of a login plugin on kubectl's stderr from those of kubectl itself. The former are
 * passed on as they arrive, also in the middle of a line, since they may be a question; the latter
 * are for the error message.
 */
export class StderrSplitter {
  readonly #pass: (text: string) => void;
  #line = '';
  #state: 'undecided' | 'plugin' | 'kubectl' = 'undecided';
  #isOver = false;
  /** Everything that was passed on. */
  plugin = '';

  constructor(pass: (text: string) => void) {
    this.#pass = pass;
  }

  push(text: string): void {
    for (const part of text.split(/(?<=\n)/)) this.#pushPart(part);
  }

  /** @param part at most one line */
  #pushPart(part: string): void {
    if (this.#state === 'plugin') this.#say(part);
    else {
      this.#line += part;
      this.#state = this.#isOver ? 'kubectl' : stateOf(this.#line);
      if (lastWord.test(this.#line)) this.#isOver = true;
      if (this.#state === 'plugin') this.#say(this.#line);
    }
    if (!part.endsWith('\n')) return;
    this.#state = 'undecided';
    this.#line = '';
  }

  #say(text: string): void {
    this.plugin += text;
    this.#pass(text);
  }
}

function stateOf(line: string): 'undecided' | 'plugin' | 'kubectl' {
  if (logLine.test(line) || beginnings.some((known) => line.startsWith(known))) return 'kubectl';
  const mayBecome =
    /^[EWIF]\d{0,4}$/.test(line) || beginnings.some((known) => known.startsWith(line));
  if (mayBecome && !line.endsWith('\n')) return 'undecided';
  return line.trim() === '' && line.endsWith('\n') ? 'kubectl' : 'plugin';
}
