import { usePluginData } from "@docusaurus/useGlobalData";
import { useSyncExternalStore } from "react";
import { createSessionStore, loading, type Session, type SessionStore } from "./session";

let store: SessionStore | undefined;

/**
 * Who is signed in. "loading" on the server, on the first paint and until the answer is there; "unavailable" when
 * Gatehouse cannot be reached or cannot know. However many components ask, the page sends one request.
 */
export function useGatehouse(): Session {
  const url = useGatehouseUrl();
  const { subscribe, current } = (store ??= createSessionStore(url));
  return useSyncExternalStore(subscribe, current, () => loading);
}

/** The address in the plugin's options. */
export function useGatehouseUrl(): string {
  // as the plugin set it
  const { url } = usePluginData("docusaurus-plugin-gatehouse", undefined, { failfast: true }) as { url: string };
  return url;
}
