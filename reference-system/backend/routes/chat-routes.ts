import { type Backend, type Handlers, requireUser } from '../backend.ts';
import { recordEvent } from '../events.ts';

const COACH = 'You are a coach for people who look for work. Answer briefly.';

/** The coach. */
export function toChatHandlers(backend: Backend): Handlers {
  return {
    chat: async (request) => {
      const { message } = request.body as { message: string };
      const completion = await backend.provider.chat([
        { role: 'system', content: COACH },
        { role: 'user', content: message },
      ]);
      await recordEvent(backend, requireUser(request).id, 'chat');
      return { reply: completion.choices[0]?.message.content, model: completion.model, usage: completion.usage };
    },
  };
}
