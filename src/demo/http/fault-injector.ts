import type { Clock } from '../../io.ts';
import type { Fault, FaultName } from '../faults.ts';
import { unit } from '../random.ts';
import { salt } from '../world/salt.ts';
import { type HttpRequest, type HttpResponse, html, textError } from './reply.ts';

/** An answer, and whether the connection breaks off in the middle of it. */
export interface Sent {
  readonly reply: HttpResponse;
  readonly cut: boolean;
}

const loginPage = html(
  200,
  '<!doctype html>\n<html><head><title>Sign in</title></head><body>' +
    '<form action="/login" method="post"><input name="user"><input name="password" type="password">' +
    '</form></body></html>\n',
);

const badGateway = html(
  502,
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>' +
    '</center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n',
);

/** What the faults of the HTTP side make of an answer; which requests they hit follows from the seed. */
export class FaultInjector {
  readonly #faults: readonly Fault[];
  readonly #seed: number;
  readonly #clock: Clock;
  #requests = 0;

  constructor(faults: readonly Fault[], seed: number, clock: Clock) {
    this.#faults = faults;
    this.#seed = seed;
    this.#clock = clock;
  }

  async send(question: Pick<HttpRequest, 'headers'>, make: () => HttpResponse): Promise<Sent> {
    const number = this.#requests++;
    const strikes = (name: FaultName) =>
      this.#faults.some(
        (fault, index) =>
          fault.name === name && unit(this.#seed, salt.http, number, index) < fault.amount,
      );
    const slow = this.#faults.find(({ name }) => name === 'slow');
    if (slow) await this.#clock.sleep(slow.amount);
    const whole = (reply: HttpResponse) => ({ reply, cut: false });
    if (strikes('login') && !hasToken(question.headers)) return whole(loginPage);
    if (strikes('html-502')) return whole(badGateway);
    if (strikes('flaky')) return whole(textError(503, 'upstream connect error'));
    const reply = make();
    if (strikes('bad-json')) return whole({ ...reply, body: broken(reply.body) });
    return { reply, cut: strikes('cut') };
  }
}

function hasToken(headers: HttpRequest['headers']): boolean {
  return headers['authorization'] !== undefined || headers['cookie'] !== undefined;
}

/** The first key of the answer loses its escaping. */
function* broken(body: HttpResponse['body']): Generator<string> {
  let done = false;
  for (const part of typeof body === 'string' ? [body] : body) {
    if (done || !part.includes('":')) {
      yield part;
      continue;
    }
    done = true;
    yield part.replace('":', '"":');
  }
}
