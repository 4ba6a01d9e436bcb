import { DataError } from '../errors.ts';
import { Failure, LoginPageError, WebPageError } from './failure.ts';
import { pageTitle } from './server-text.ts';

/** Pages of proxies that say something particular. */
const specialPages: readonly {
  readonly text: RegExp;
  readonly message: string;
  readonly hint: (url: URL) => string;
}[] = [
  {
    text: /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/i,
    message: 'the port speaks HTTPS, not HTTP',
    hint: (url) => `use https://${url.host}`,
  },
  {
    text: /No required SSL certificate was sent/i,
    message: 'the server requires a client certificate',
    hint: () => 'give one with --cert <file.pem> --key <file.pem>',
  },
  {
    text: /The SSL certificate error/i,
    message: 'the server rejected the client certificate',
    hint: () => 'give another with --cert <file.pem> --key <file.pem>',
  },
];

/** What a page of HTML in place of a response is: a login page, or a front end's own page. */
export function pageFailure(text: string, url: URL, status: number): Failure {
  const where = `${url.origin}${url.pathname}`;
  if (/type=["']?password|sign[ -]?in|log[ -]?in|single sign-on|\bsso\b|saml|openid/i.test(text)) {
    const error = new LoginPageError(
      `${where} returned a login page instead of data`,
      'put a token into KC_ETL_TOKEN, or the cookie of your login into KC_ETL_COOKIE (token=…)',
    );
    return new Failure(error, { specificity: 'refused', status });
  }
  const special = specialPages.find(({ text: pattern }) => pattern.test(text));
  if (special) {
    return new Failure(new DataError(`${where}: ${special.message}`, special.hint(url)), {
      status,
    });
  }
  const title = pageTitle(text);
  const error = new WebPageError(
    `${where} returned a web page${title ? ` ("${title}")` : ''} instead of data`,
    'the address is probably not that of the API: try the one that ends in /model, or port 9003',
  );
  return new Failure(error, { specificity: 'page', status });
}
