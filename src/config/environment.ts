/** A variable that belongs to no option. */
interface Variable {
  readonly name: string;
  readonly meaning: string;
}

/** The environment variables kc-etl reads besides those of its options. */
export const variables: readonly Variable[] = [
  {
    name: 'KUBECOST_API_BASE_PATH',
    meaning: 'path appended to KUBECOST_URL or KUBECOST_BASE_URL, such as /model',
  },
  { name: 'XDG_CONFIG_HOME', meaning: 'directory of kc-etl/config.yaml (default ~/.config)' },
  { name: 'HTTPS_PROXY', meaning: 'forward proxy for https addresses' },
  { name: 'HTTP_PROXY', meaning: 'forward proxy for http addresses' },
  { name: 'ALL_PROXY', meaning: 'forward proxy where neither of those is set' },
  { name: 'NO_PROXY', meaning: 'hosts, domains and networks to reach without the proxy' },
  {
    name: 'SSL_CERT_FILE',
    meaning: 'certificate authorities to trust in place of those of the system',
  },
  {
    name: 'PAGER',
    meaning:
      'program that shows output longer than the terminal (default less); empty or cat: none',
  },
  { name: 'NO_COLOR', meaning: 'set: no colours' },
  { name: 'FORCE_COLOR', meaning: 'set: colours even where stdout is not a terminal' },
  { name: 'NODE_EXTRA_CA_CERTS', meaning: 'file with additional certificate authorities' },
];
