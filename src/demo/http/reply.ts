/** What a handler answers. A body of parts is made while it is sent. */
export interface HttpResponse {
  readonly status: number;
  readonly type: string;
  readonly body: string | Iterable<string>;
}

export interface HttpRequest {
  readonly method: string;
  /** Without the prefix of the face. */
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The simulated time at which it came. */
  readonly now: number;
}

/** An answer that is not the one that was asked for; thrown by what reads the parameters. */
export class HttpError extends Error {
  readonly reply: HttpResponse;

  constructor(reply: HttpResponse) {
    super(`refused with ${reply.status}`);
    this.reply = reply;
  }
}

const jsonType = 'application/json';

/** An envelope. `parts` is the JSON of its data, in pieces. */
export function envelope(parts: Iterable<string>): HttpResponse {
  return { status: 200, type: jsonType, body: wrapped(parts) };
}

function* wrapped(parts: Iterable<string>): Generator<string> {
  yield '{"code":200,"data":';
  yield* parts;
  yield '}\n';
}

export function data(value: unknown): HttpResponse {
  return envelope([JSON.stringify(value)]);
}

export function bare(value: string): HttpResponse {
  return { status: 200, type: jsonType, body: value };
}

export function jsonError(code: number, message: string): HttpResponse {
  return {
    status: code,
    type: jsonType,
    body: `${JSON.stringify({ code, data: null, message })}\n`,
  };
}

/** As Go's http.Error writes it: a line of text, whatever was asked for. */
export function textError(status: number, message: string): HttpResponse {
  return { status, type: 'text/plain; charset=utf-8', body: `${message}\n` };
}

export function html(status: number, body: string): HttpResponse {
  return { status, type: 'text/html', body };
}

export const notFound = textError(404, '404 page not found');

/** What nginx gives for every path it does not know: the single page of the user interface. */
export const indexPage = html(
  200,
  '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Kubecost</title></head>\n' +
    '<body><div id="root"></div><script src="/static/js/main.js"></script></body>\n</html>\n',
);
