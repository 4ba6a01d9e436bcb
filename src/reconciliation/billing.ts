/** One entry of `/cloudCost/status`: a billing account that the server reads. */
export interface Integration {
  /** Empty where the server does not name it. */
  readonly provider: string;
  /** Time that its bills cover, as the server prints it; empty where it does not. */
  readonly coverage: string;
  /** `Connection Successful` or what is wrong, as the server prints it. */
  readonly connection: string;
}

/** Billing of the providers, as far as it is known besides the days that are evaluated. */
export interface Billing {
  /** Null where the server has no `/cloudCost/status`. */
  readonly integrations: readonly Integration[] | null;
  /** Providers with bill lines in recent weeks, in lower case; null where the server has no cloud costs. */
  readonly providers: ReadonlySet<string> | null;
  /** Error of a request for one of them; null where each was answered or does not exist. */
  readonly failure: string | null;
}

/** Integrations that cover a provider; one without a provider may cover any. */
export function integrationsOf(provider: string, { integrations }: Billing): Integration[] {
  const wanted = provider.toLowerCase();
  return (integrations ?? []).filter(
    (one) => wanted === '' || one.provider === '' || one.provider.toLowerCase() === wanted,
  );
}

/** Whether bills of a provider are read at all; null where a failed request leaves it open. */
export function isBilled(provider: string, billing: Billing): boolean | null {
  const wanted = provider.toLowerCase();
  if (integrationsOf(provider, billing).length > 0) return true;
  if (billing.providers?.has(wanted)) return true;
  if (wanted === '' && (billing.providers?.size ?? 0) > 0) return true;
  return billing.failure === null ? false : null;
}
