/** A variable that is no option's own; the rest are made from the options. */
interface Variable {
  readonly name: string;
  readonly meaning: string;
}

/** The environment variables kc-etl reads beside those of its options. */
export const variables: readonly Variable[] = [
  { name: 'KC_ETL_TOKEN', meaning: 'sent as Authorization: Bearer; never shown' },
  { name: 'KUBECOST_URL', meaning: "Kubecost's address, where KC_ETL_URL is not set" },
  { name: 'KUBECOST_BASE_URL', meaning: 'the same, after KUBECOST_URL' },
  { name: 'OPENCOST_URL', meaning: 'the same, after KUBECOST_BASE_URL' },
  { name: 'NO_COLOR', meaning: 'no colours' },
  { name: 'FORCE_COLOR', meaning: 'colours also where stdout is no terminal' },
  { name: 'NODE_EXTRA_CA_CERTS', meaning: 'a file with the certificates of further authorities' },
];

/** Other tools' names for Kubecost's address, in the order in which they are tried. */
export const addressAliases = ['KUBECOST_URL', 'KUBECOST_BASE_URL', 'OPENCOST_URL'] as const;
