import type { Configuration } from '#ports/configuration';
import type { Services } from '#ports/services';
import { runTimeItem } from '#records/items/run-time';
import { API, runTimeKey } from '#records/keys';

/** Milliseconds for which a function goes by what it has read. */
const READ_EVERY = 60_000;

type SettingsServices = Pick<Services, 'clock' | 'config' | 'log' | 'tables'>;

/**
 * What a function goes by: the deployed values, and over them those of the record `configuration` of the table `api`,
 * which is read once a minute at most (docs/adr/0024-configuration-at-run-time.md).
 */
class RunTimeSettings {
  readonly #services: SettingsServices;
  #config: Configuration;
  #version = 0;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(services: SettingsServices) {
    this.#services = services;
    this.#config = services.config;
  }

  /** The same object until something was changed. A record that cannot be read leaves everything as it is. */
  async current(): Promise<Configuration> {
    const { clock, config, log, tables } = this.#services;
    if (clock.now() - this.#readAt < READ_EVERY) return this.#config;
    this.#readAt = clock.now();
    try {
      const { values, version } = runTimeItem(await tables.get(API, runTimeKey, { consistent: false }));
      // Another replica may answer with what was there before.
      if (version <= this.#version) return this.#config;
      // Most functions never come to this: they do not read it at their start.
      const { configuredWith } = await import('./configured-with.ts');
      const { config: changed, refused } = configuredWith(config, values);
      for (const reason of refused) log.warn('a run-time value is left out', { reason });
      this.#version = version;
      this.#config = changed;
    } catch (error) {
      log.error('the run-time configuration cannot be read: what was read before holds', {}, error);
    }
    return this.#config;
  }
}

/**
 * A function that is made anew of its configuration when that was changed at run time; what it stands on is kept.
 *
 * @param make what the function is, over a configuration
 */
export function reloading<E extends readonly unknown[], R>(
  services: SettingsServices,
  make: (config: Configuration) => (...event: E) => Promise<R>,
): (...event: E) => Promise<R> {
  const settings = new RunTimeSettings(services);
  let by = services.config;
  let made = make(by);
  return async (...event) => {
    const config = await settings.current();
    if (config !== by) {
      made = make(config);
      by = config;
    }
    return made(...event);
  };
}
