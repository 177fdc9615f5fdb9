/**
 * Render's public API (api-docs.render.com): list deploys, roll back deploy, retrieve deploy. A rollback makes a deploy of
 * its own. It does not switch automatic deploys off: whoever pushes next deploys again.
 */
import { z } from 'zod';
import { notAsDocumented, type Provider } from './provider.ts';

const deploy = z.object({
  id: z.string(),
  commit: z.object({ id: z.string() }).nullish(),
  status: z.string(),
});
const list = z.array(z.object({ deploy }));

/** `live` and, when another one took its place, `deactivated`. */
const CAME_UP = ['live', 'deactivated'];
/** Everything that will not change any more without being live. An unknown word is pending: it ends at the time limit. */
const ENDED = ['deactivated', 'build_failed', 'update_failed', 'canceled', 'pre_deploy_failed'];

export const RENDER: Provider = {
  list: async (call, service) => {
    const parsed = list.safeParse(await call('GET', `/services/${service}/deploys?limit=100`));
    if (!parsed.success) throw notAsDocumented('list deploys');
    return parsed.data.map(({ deploy: { id, commit, status } }) => ({
      ...{ id, commit: commit?.id ?? '' },
      isLive: status === 'live',
      isRestorable: CAME_UP.includes(status),
    }));
  },
  restore: async (call, service, deployId) => {
    const parsed = deploy.safeParse(await call('POST', `/services/${service}/rollback`, { deployId }));
    if (!parsed.success) throw notAsDocumented('roll back deploy');
    return parsed.data.id;
  },
  watch: async (call, service, id) => {
    const path = `/services/${service}/deploys/${encodeURIComponent(id)}`;
    const parsed = deploy.safeParse(await call('GET', path));
    if (!parsed.success) throw notAsDocumented('retrieve deploy');
    const { status } = parsed.data;
    return status === 'live' ? 'live' : ENDED.includes(status) ? 'failed' : 'pending';
  },
};
