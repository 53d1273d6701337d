import { describe, expect, it } from 'vitest';
import { detailOf } from '#adapters/openstack/error-detail';
import { shownUrl } from '#adapters/openstack/service-url';

describe('what is shown of a service', () => {
  it.each([
    ['a user and a password', 'https://nova:correct-horse@keystone.example.org:5000/v3'],
    ['a query', 'https://keystone.example.org:5000/v3?token=correct-horse'],
    ['a fragment', 'https://keystone.example.org:5000/v3#correct-horse'],
  ])('is its address without %s', (_what, url) => {
    expect(shownUrl(url)).toBe('https://keystone.example.org:5000/v3');
    expect(shownUrl(new URL(url))).toBe('https://keystone.example.org:5000/v3');
  });

  it('is nothing of an address that is no URL', () => {
    expect(shownUrl('correct-horse')).toBe('an address that is no URL');
  });

  it('is the beginning of its reason, in one line', () => {
    const detail = detailOf({ message: `no  room\n${'x'.repeat(1000)}` });

    expect(detail).toMatch(/^no room x+$/u);
    expect(detail).toHaveLength(300);
  });
});
