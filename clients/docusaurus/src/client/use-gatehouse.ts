import { usePluginData } from "@docusaurus/useGlobalData";
import { useSyncExternalStore } from "react";
import { createSessionStore, loading, type Session, type SessionStore } from "./session.js";

let store: SessionStore | undefined;

/**
 * Who is signed in. "loading" on the server, on the first paint and until the answer is there; "unavailable" when
 * Gatehouse cannot be reached or cannot know. However many components ask, the page sends one request.
 */
export function useGatehouse(): Session {
  const { subscribe, current } = useStore();
  return useSyncExternalStore(subscribe, current, () => loading);
}

/** Signs the reader out without leaving the page; the promise is false when that was not possible. */
export const useSignOut = (): (() => Promise<boolean>) => useStore().signOut;

function useStore(): SessionStore {
  const url = useGatehouseUrl();
  return (store ??= createSessionStore(url));
}

/** The address in the plugin's options. */
export function useGatehouseUrl(): string {
  // as the plugin set it
  const { url } = usePluginData("docusaurus-plugin-gatehouse", undefined, { failfast: true }) as { url: string };
  return url;
}
