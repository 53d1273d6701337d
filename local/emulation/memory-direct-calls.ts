import { NoDirectAnswer, type DirectAnswer, type DirectCalls } from '#ports/direct-calls';

/** Answers what is posted to one function URL. */
export type UrlFunction = (body: string, sender: string) => Promise<DirectAnswer>;

/** Function URLs in memory, by their addresses. */
export class MemoryUrls {
  readonly #functions = new Map<string, UrlFunction>();

  /** Has what is posted to an address answered; whatever answered there before does so no more. */
  serve(url: string, answer: UrlFunction): void {
    this.#functions.set(url, answer);
  }

  /** The function behind an address; undefined where nothing answers. */
  at(url: string): UrlFunction | undefined {
    return this.#functions.get(url);
  }
}

/** Posts to function URLs in memory in the name of a sender. */
export class MemoryDirectCalls implements DirectCalls {
  readonly #urls: MemoryUrls;
  readonly #sender: string;

  constructor(urls: MemoryUrls, sender: string) {
    this.#urls = urls;
    this.#sender = sender;
  }

  async post(url: string, body: string): Promise<DirectAnswer> {
    const answer = this.#urls.at(url);
    if (answer === undefined) throw new NoDirectAnswer(`nothing answers at ${url}`);
    return answer(body, this.#sender);
  }
}
