import type { YAMLError } from 'yaml';

/** What is wrong with a text that is not one document of YAML, without the library's own advice. */
export function yamlMessage({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; settings are one document';
  if (/call stack/.test(message)) return 'nested too deeply';
  return message.split('\n', 1)[0]?.split(' at line')[0] ?? message;
}
