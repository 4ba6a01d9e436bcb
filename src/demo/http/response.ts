/** A response; a body of several parts is generated while it is sent. */
export interface HttpResponse {
  readonly status: number;
  readonly type: string;
  readonly body: string | Iterable<string>;
}

export interface HttpRequest {
  readonly method: string;
  /** Path without the prefix of the product variant. */
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Simulated time of arrival. */
  readonly now: number;
}

/** An error response, thrown while parameters are read. */
export class HttpError extends Error {
  readonly response: HttpResponse;

  constructor(response: HttpResponse) {
    super(`refused with ${response.status}`);
    this.response = response;
  }
}

const jsonType = 'application/json';

/** An envelope; `parts` is the JSON of its `data` in chunks. */
export function envelope(parts: Iterable<string>): HttpResponse {
  return { status: 200, type: jsonType, body: enveloped(parts) };
}

function* enveloped(parts: Iterable<string>): Generator<string> {
  yield '{"code":200,"data":';
  yield* parts;
  yield '}\n';
}

/** The response with `status: "success"` in its envelope, if it has one. */
export function withStatus(response: HttpResponse): HttpResponse {
  const { body } = response;
  return { ...response, body: statusAdded(typeof body === 'string' ? [body] : body) };
}

function* statusAdded(parts: Iterable<string>): Generator<string> {
  let isFirst = true;
  for (const part of parts) {
    yield isFirst ? part.replace(/^\{"code":200,/, '{"code":200,"status":"success",') : part;
    isFirst = false;
  }
}

export function data(value: unknown): HttpResponse {
  return envelope([JSON.stringify(value)]);
}

export function rawJson(value: string): HttpResponse {
  return { status: 200, type: jsonType, body: value };
}

export function jsonError(code: number, message: string): HttpResponse {
  return {
    status: code,
    type: jsonType,
    body: `${JSON.stringify({ code, data: null, message })}\n`,
  };
}

/** An error as Go's http.Error writes it: a line of plain text. */
export function textError(status: number, message: string): HttpResponse {
  return { status, type: 'text/plain; charset=utf-8', body: `${message}\n` };
}

export function html(status: number, body: string): HttpResponse {
  return { status, type: 'text/html', body };
}

export const notFound = textError(404, '404 page not found');

/** Response of the nginx front end to every unknown path: the user interface. */
export const indexPage = html(
  200,
  '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Kubecost</title></head>\n' +
    '<body><div id="root"></div><script src="/static/js/main.js"></script></body>\n</html>\n',
);

/** Response of the nginx front end while the process behind it does not answer. */
export const badGateway = html(
  502,
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>' +
    '</center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n',
);
