/** A variable that is no option's own; the rest are made from the options. */
interface Variable {
  readonly name: string;
  readonly meaning: string;
}

/** The environment variables kc-etl reads beside those of its options. */
export const variables: readonly Variable[] = [
  {
    name: 'KUBECOST_API_BASE_PATH',
    meaning: 'a path to put behind KUBECOST_URL or KUBECOST_BASE_URL: /model',
  },
  { name: 'XDG_CONFIG_HOME', meaning: 'where kc-etl/config.yaml is; else ~/.config' },
  { name: 'HTTPS_PROXY', meaning: 'the forward proxy for https addresses' },
  { name: 'HTTP_PROXY', meaning: 'the forward proxy for http addresses' },
  { name: 'ALL_PROXY', meaning: 'the same for both, where those are not set' },
  { name: 'NO_PROXY', meaning: 'hosts, domains and networks that are reached directly' },
  { name: 'SSL_CERT_FILE', meaning: "the authorities to trust in place of the system's" },
  { name: 'NO_COLOR', meaning: 'no colours' },
  { name: 'FORCE_COLOR', meaning: 'colours also where stdout is no terminal' },
  { name: 'NODE_EXTRA_CA_CERTS', meaning: 'a file with the certificates of further authorities' },
];
