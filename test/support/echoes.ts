import { expect } from 'vitest';
import { type Request, reply, type serve } from './server.ts';

/** Everything a client sent, as one text. */
function echo({ headers }: Request): string {
  const basic = (headers.authorization ?? '').replace('Basic ', '');
  return [
    headers.authorization,
    headers['x-api-key'],
    headers.cookie,
    headers['x-team'],
    Buffer.from(basic, 'base64').toString(),
  ].join(' ');
}

/** Servers that say back what they were sent, in every place a server can say something. */
export const echoes: Readonly<Record<string, Parameters<typeof serve>[0][string]>> = {
  'in a 401': (request, response) => reply(echo(request), 'text/plain', 401)(request, response),
  'in a 400': (request, response) =>
    reply(`bad request: ${echo(request)}`, 'text/plain', 400)(request, response),
  'in an envelope': (request, response) =>
    reply(JSON.stringify({ code: 500, message: echo(request) }))(request, response),
  'in the title of a page': (request, response) =>
    reply(`<title>${echo(request)}</title>`, 'text/html')(request, response),
  'in plain text': (request, response) => reply(echo(request), 'text/plain')(request, response),
  'where the JSON breaks': (request, response) =>
    reply(`{"code":200,"data":{"asset":[{"kind":"x" ${echo(request)}`)(request, response),
  'where the JSON ends': (request, response) =>
    reply(`{"code":200,"data":{"asset":[{"kind":"${echo(request)}`)(request, response),
  'as a wrong value': (request, response) =>
    reply(JSON.stringify({ code: 200, data: { counters: { [echo(request)]: echo(request) } } }))(
      request,
      response,
    ),
  'as a field': (request, response) =>
    reply(JSON.stringify({ code: 200, data: { asset: [{ kind: 'A', time: echo(request) }] } }))(
      request,
      response,
    ),
  'in the content type': (request, response) =>
    void response
      .writeHead(200, { 'content-type': `text/${request.headers.authorization}` })
      .end('x'),
  'in a redirect': (request, response) =>
    void response
      .writeHead(302, { location: `http://localhost:1/?q=${encodeURI(echo(request))}` })
      .end(),
  'as events': (request, response) =>
    reply(
      JSON.stringify({
        code: 200,
        data: {
          asset: [{ kind: echo(request), time: '2022-06-03T17:07:54Z' }],
          counters: { [echo(request)]: 1 },
        },
      }),
    )(request, response),
};

/** No twelve characters of a secret in a row, wherever it was cut. */
export function expectNoPart(text: string, secret: string): void {
  const readable = text.replaceAll('[redacted]', '');
  for (let at = 0; at + 12 <= secret.length; at++) {
    expect(readable).not.toContain(secret.slice(at, at + 12));
  }
}
