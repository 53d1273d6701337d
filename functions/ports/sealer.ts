/**
 * Encrypts documents that hold secrets (admin_password, injected_files, a context's auth token) before they are stored.
 *
 * @throws TableThrottled when the same call may be tried again
 */
export interface Sealer {
  /** Answers text that only `open` can read; `binding` (the item's key) must be the same for both. */
  seal(plain: string, binding: string): Promise<string>;
  open(sealed: string, binding: string): Promise<string>;
}
