import { useEffect, useState } from 'preact/hooks';

/** What the page knows of something that it asks for. */
export interface Asked<T> {
  readonly data: T | undefined;
  readonly error: string | undefined;
}

/** Milliseconds between two looks, at least. */
const PAUSE = 3000;
/** A look that takes long reads much, which is billed: it is had so many times less often than it takes. */
const REST = 4;

/** Asks for data under `/api/`. @throws Error with what the console answers */
export async function ask<T>(path: string): Promise<T> {
  return read(await fetch(`/api/${path}`));
}

/** Has something changed. @throws Error with what the console answers */
export async function change<T>(path: string, body: object): Promise<T> {
  return read(await post(`/api/${path}`, body));
}

/** Exchanges the token of the address for a session; the address loses it. */
export async function enter(): Promise<void> {
  const [, token] = /^#token=(.+)$/u.exec(location.hash) ?? [];
  if (token === undefined) return;
  history.replaceState(null, '', '#/');
  await read(await post('/session', { token }));
}

const post = (path: string, body: object): Promise<Response> =>
  fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function read<T>(response: Response): Promise<T> {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.message);
  return body;
}

/** Data that is asked for again and again while it is shown; what was last known stays when a look fails. */
export function useLive<T>(path: string): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { path: string }>({ path, data: undefined, error: undefined });
  useEffect(() => {
    let over = false;
    let timer = 0;
    const look = async (): Promise<void> => {
      const begun = performance.now();
      try {
        const data = await ask<T>(path);
        if (!over) setAsked({ path, data, error: undefined });
      } catch (error) {
        if (!over)
          setAsked((last) => ({ path, data: last.path === path ? last.data : undefined, error: messageOf(error) }));
      } finally {
        const rest = Math.max(PAUSE, (performance.now() - begun) * REST);
        if (!over) timer = window.setTimeout(() => void look(), rest);
      }
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [path]);
  return asked.path === path ? asked : { data: undefined, error: undefined };
}

/** What an error says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
