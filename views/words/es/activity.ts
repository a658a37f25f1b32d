import type { Words } from "../en";

/** What the page of what happened to an account says. */
export const activity: Words["activity"] = {
  empty: "Todavía nada. Los inicios de sesión y los cambios aparecerán aquí.",
  older: "Más antiguo",
  newest: "Volver a lo más reciente",
  kinds: {
    sign_up: "Cuenta creada",
    sign_in: "Sesión iniciada",
    sign_out: "Sesión cerrada",
    name_changed: "Nombre cambiado",
    picture_removed: "Foto quitada",
    email_verified: "Correo electrónico confirmado",
    password_changed: "Contraseña cambiada",
    password_reset_asked: "Restablecimiento de contraseña solicitado",
    password_reset: "Contraseña restablecida",
    email_change_asked: "Cambio de correo electrónico solicitado",
    email_changed: "Correo electrónico cambiado",
    email_change_undone: "Cambio de correo electrónico deshecho",
    sessions_ended: "Sesión cerrada en otros dispositivos",
    account_secured: "Sesión cerrada en todas partes (desde un correo de seguridad)",
    data_exported: "Datos descargados",
    deletion_asked: "Eliminación solicitada",
    deletion_stopped: "Eliminación cancelada",
    picture_changed: "Foto cambiada",
  },
  outcomes: { refused: "fallido", held_up: "bloqueado: demasiados intentos" },
  refused: {
    sign_in: "Inicio de sesión fallido: contraseña incorrecta",
    email_verified: "Código de confirmación incorrecto",
    password_changed: "Contraseña sin cambios: la contraseña actual era incorrecta",
  },
  heldUp: { sign_in: "Inicio de sesión bloqueado: demasiados intentos" },
  signedOut: (device) => `Sesión cerrada en ${device}`,
  times: (count) => `${count} veces`,
  unknown: "¿Hay algo que no reconoces?",
  changePassword: "Cambia tu contraseña",
};
