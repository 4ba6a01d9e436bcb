import type { Clock } from '../../io.ts';
import type { Fault, FaultName } from '../faults.ts';
import { unit } from '../random.ts';
import { salt } from '../world/salt.ts';
import { badGateway, type HttpRequest, type HttpResponse, html, textError } from './response.ts';

/** A response after fault injection; a truncated one ends half way with a closed connection. */
export interface InjectedResponse {
  readonly response: HttpResponse;
  readonly truncated: boolean;
}

const loginPage = html(
  200,
  '<!doctype html>\n<html><head><title>Sign in</title></head><body>' +
    '<form action="/login" method="post"><input name="user"><input name="password" type="password">' +
    '</form></body></html>\n',
);

/** Injects HTTP faults into responses; which requests are affected follows from the seed. */
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

  async send(
    request: Pick<HttpRequest, 'headers'>,
    make: () => HttpResponse,
  ): Promise<InjectedResponse> {
    const number = this.#requests++;
    const fires = (name: FaultName) =>
      this.#faults.some(
        (fault, index) =>
          fault.name === name && unit(this.#seed, salt.http, number, index) < fault.amount,
      );
    const slow = this.#faults.find(({ name }) => name === 'slow');
    if (slow) await this.#clock.sleep(slow.amount);
    const complete = (response: HttpResponse) => ({ response, truncated: false });
    if (fires('login') && !hasToken(request.headers)) return complete(loginPage);
    if (fires('html-502')) return complete(badGateway);
    if (fires('flaky')) return complete(textError(503, 'upstream connect error'));
    const response = make();
    if (fires('bad-json')) return complete({ ...response, body: invalidJson(response.body) });
    return { response, truncated: fires('cut') };
  }
}

function hasToken(headers: HttpRequest['headers']): boolean {
  return headers['authorization'] !== undefined || headers['cookie'] !== undefined;
}

/** The body with one quote too many at its first key. */
function* invalidJson(body: HttpResponse['body']): Generator<string> {
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
