import type { en } from "./en";

/** Todas las palabras de la administración. */
export const es: typeof en = {
  title: "Administración",
  events: {
    account_added: "Cuenta creada",
    suspended: "Cuenta suspendida",
    resumed: "Suspensión levantada",
    signed_out_everywhere: "Sesiones cerradas en todas partes",
    password_required: "Contraseña nueva obligatoria",
    link_sent: "Enlace de acceso enviado",
    confirmation_sent: "Correo de confirmación enviado",
    role_given: "Rol concedido",
    role_taken: "Rol retirado",
    account_deleted: "Cuenta eliminada",
  },
  mailKinds: {
    verify: "Código de confirmación",
    reset: "Enlace para una contraseña nueva",
    confirm_email: "Enlace para confirmar un correo nuevo",
    invitation: "Invitación",
    new_device: "Nuevo inicio de sesión",
    account_suspended: "Cuenta suspendida",
    account_resumed: "Suspensión levantada",
    account_signed_out: "Sesiones cerradas en todas partes",
    account_password_required: "Contraseña nueva exigida",
    account_link: "Enlace para volver a entrar",
    account_confirm: "Enlace para confirmar el correo",
  },
  problems: {
    person_gone: "Nadie tiene este correo electrónico ni este identificador.",
    invitation_gone:
      "Ninguna invitación a este correo está en espera: se aceptó, se revocó o se reemplazó, o no la había.",
    email_needed: "Escribe un correo electrónico.",
    name_needed: "Escribe un nombre.",
    email_is_theirs: "Ese ya es el correo electrónico de esta persona.",
    reason_missing: "Di por qué, en pocas palabras.",
    not_allowed: "No tienes permiso para hacer esto.",
    role_unknown: "Un rol es `admin` o `support`.",
    role_unconfirmed: "Esta persona debe confirmar antes su correo electrónico.",
    role_needs_address: "Esta persona tiene un rol. Quítaselo antes, o indica que este correo es suyo.",
    email_taken: "Alguien ya tiene este correo electrónico.",
    email_is_confirmed: "Este correo electrónico ya está confirmado.",
    email_is_another: "El correo electrónico ya es otro. ¿Es este suyo?",
    mail_off: "Para esto hace falta el correo, que aquí está desactivado (MAIL=off).",
    until_past: "El final de una suspensión debe estar en el futuro.",
    words_too_long: "Como máximo, 500 caracteres.",
    words_unprintable: "Quita los caracteres de control.",
    search_malformed:
      "Busca el principio de un correo electrónico o de un nombre, o un identificador entero: como máximo, " +
      "254 caracteres.",
    place_malformed: "Esta lista no tiene esa página. Empieza de nuevo por el principio.",
  },
  mails: {
    suspended: (brand, { until, words }) => ({
      subject: `${brand}: tu cuenta está suspendida`,
      lines: [
        until === ""
          ? `Tu cuenta de ${brand} está suspendida. Se han cerrado todas tus sesiones.`
          : `Tu cuenta de ${brand} está suspendida hasta el ${until}. Se han cerrado todas tus sesiones.`,
        ...(words === "" ? [] : [words]),
      ],
    }),
    resumed: (brand) => ({
      subject: `${brand}: tu cuenta vuelve a estar abierta`,
      lines: [`Tu cuenta de ${brand} ya no está suspendida. Puedes volver a iniciar sesión.`],
    }),
    signedOut: (brand) => ({
      subject: `${brand}: se han cerrado todas tus sesiones`,
      lines: [
        `Los responsables de ${brand} han cerrado tu sesión en todos los dispositivos. Puedes volver a ` +
          "iniciar sesión cuando quieras.",
      ],
    }),
    passwordRequired: (brand) => ({
      subject: `${brand}: elige una contraseña nueva`,
      lines: [
        `Los responsables de ${brand} te piden que elijas una contraseña nueva. La anterior ya no sirve, y ` +
          "se han cerrado todas tus sesiones.",
        "El enlace sirve durante una hora y una sola vez. Después, elige «¿Has olvidado tu contraseña?» al " +
          "iniciar sesión.",
      ],
    }),
    link: (brand) => ({
      subject: `${brand}: tu enlace para volver a entrar`,
      lines: [
        `Los responsables de ${brand} te han enviado este enlace. Con él eliges una contraseña nueva e inicias sesión.`,
        "Sirve durante una hora y una sola vez. Si no has pedido ayuda, ignora este correo.",
      ],
    }),
    added: (brand) => ({
      subject: `${brand}: tu cuenta nueva`,
      lines: [
        `Los responsables de ${brand} han creado una cuenta para ti. Elige una contraseña para abrirla.`,
        "El enlace sirve durante una hora y una sola vez. Después, elige «¿Has olvidado tu contraseña?» al " +
          "iniciar sesión.",
      ],
    }),
    passwordAction: "Elegir una contraseña",
    confirm: (brand) => ({
      subject: `${brand}: confirma tu correo electrónico`,
      lines: [`Este es el correo electrónico de tu cuenta de ${brand}. Confirma que es tuyo.`],
      after: [
        "El enlace es válido durante una hora y solo se puede usar una vez. " +
          "Si lo abres en un navegador en el que nunca has iniciado sesión, elegirás una contraseña nueva.",
        "Si esta cuenta no es tuya, puedes ignorar este correo.",
      ],
    }),
    confirmAction: "Confirmar el correo electrónico",
    deleted: (brand) => ({
      subject: `${brand}: tu cuenta se ha eliminado`,
      lines: [`Los responsables de ${brand} han eliminado tu cuenta, con todo lo que contenía. No se puede recuperar.`],
      footer: `Recibes este correo porque tenías una cuenta en ${brand}. No respondas a este mensaje.`,
    }),
  },
};
