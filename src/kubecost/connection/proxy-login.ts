/** The password in the address of a proxy, as it is typed and as it is sent. */
export function proxyPassword({ password }: URL): readonly string[] {
  return [...new Set([password, decoded(password)])].filter((text) => text !== '');
}

/** What is sent to a proxy in the name of the user in its address; null where there is none. */
export function proxyAuthorization({ username, password }: URL): string | null {
  if (username === '') return null;
  return `Basic ${Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64')}`;
}

/** A percent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
