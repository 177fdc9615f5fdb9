/**
 * Netlify's API (github.com/netlify/open-api, swagger.yml): listSiteDeploys, restoreSiteDeploy, getSite. Restoring publishes
 * a deploy that is there already; it does not lock publishing: whoever pushes next publishes again.
 */
import { z } from 'zod';
import { notAsDocumented, type Provider } from './provider.ts';

const deploy = z.object({
  id: z.string(),
  commit_ref: z.string().nullish(),
  context: z.string().nullish(),
  state: z.string(),
});
const site = z.object({ published_deploy: z.object({ id: z.string() }).nullish() });

export const NETLIFY: Provider = {
  list: async (call, service) => {
    const [deploys, live] = [
      z.array(deploy).safeParse(await call('GET', `/sites/${service}/deploys?per_page=100`)),
      await published(call, service),
    ];
    if (!deploys.success) throw notAsDocumented('listSiteDeploys');
    return deploys.data.map(({ id, commit_ref, context, state }) => ({
      ...{ id, commit: commit_ref ?? '' },
      isLive: id === live,
      isRestorable: state === 'ready' && context === 'production',
    }));
  },
  restore: async (call, service, id) => {
    const path = `/sites/${service}/deploys/${encodeURIComponent(id)}/restore`;
    const parsed = deploy.safeParse(await call('POST', path));
    if (!parsed.success) throw notAsDocumented('restoreSiteDeploy');
    return parsed.data.id;
  },
  watch: async (call, service, id) => ((await published(call, service)) === id ? 'live' : 'pending'),
};

async function published(call: Parameters<Provider['list']>[0], service: string): Promise<string | undefined> {
  const parsed = site.safeParse(await call('GET', `/sites/${service}`));
  if (!parsed.success) throw notAsDocumented('getSite');
  return parsed.data.published_deploy?.id;
}
