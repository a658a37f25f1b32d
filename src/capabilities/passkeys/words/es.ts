import type { en } from "./en";

/** Every word of the passkeys, in Spanish. */
export const es: typeof en = {
  title: "Llaves de acceso",
  intro: "Inicia sesión con tu huella, tu cara o el bloqueo de pantalla en lugar de una contraseña.",
  none: "Aún no tienes ninguna llave de acceso.",
  unscripted:
    "Las llaves de acceso necesitan JavaScript y un navegador actual. Activa JavaScript o prueba con otro navegador.",
  unsupported: "Este navegador no admite llaves de acceso. Prueba con otro navegador o con un dispositivo más nuevo.",
  full: "Tienes diez llaves de acceso, el máximo. Elimina una para añadir otra.",
  single: "Añade una segunda llave de acceso en otro dispositivo, por si pierdes este.",
  facts: {
    made: "Añadida",
    used: "Último uso",
    neverUsed: "Sin usar",
    backedUp: "Con copia de seguridad",
    notBackedUp: "Solo en un dispositivo",
  },
  add: { action: "Añadir una llave de acceso", working: "Guardando…" },
  change: {
    action: "Cambiar",
    named: (name) => `Cambiar ${name}`,
    field: "Nombre",
    hint: "Para reconocerla después, por ejemplo «Portátil del trabajo».",
    save: "Guardar nombre",
    saving: "Guardando…",
    removeTitle: "Eliminar esta llave de acceso",
    removeText: "Ya no podrás iniciar sesión con ella. Bórrala también de tu gestor de contraseñas.",
    remove: "Eliminar llave de acceso",
    removing: "Eliminando…",
    back: "Todas las llaves de acceso",
  },
  signIn: { action: "Iniciar sesión con una llave de acceso", working: "Iniciando sesión…", or: "o" },
  signUp: {
    begin: "Continuar con una llave de acceso",
    title: "Crear una cuenta con una llave de acceso",
    lead:
      "Primero te enviaremos un código por correo. Después, tu dispositivo crea la llave y no necesitas " +
      "contraseña.",
    next: "Continuar",
    withPassword: "Usar una contraseña",
    makeTitle: "Crea tu llave de acceso",
    makeLead: (email) => `${email} está confirmado. Ahora crea una llave de acceso: con ella se abre tu cuenta.`,
    make: "Crear llave de acceso",
  },
  prove: { action: "Usar una llave de acceso" },
  purposes: {
    add: { text: "Para añadir una llave de acceso, confirma que eres tú.", action: "Continuar" },
    rename: { text: "Para cambiar el nombre de esta llave de acceso, confirma que eres tú.", action: "Guardar nombre" },
    remove: {
      text: "Para eliminar esta llave de acceso, confirma que eres tú.",
      action: "Eliminar llave de acceso",
      isDanger: true,
    },
  },
  notices: {
    ready: "Gracias, confirmado. Ya puedes añadir tu llave de acceso.",
    added: "Tu llave de acceso está lista. Úsala la próxima vez que inicies sesión.",
    renamed: "Guardado.",
    removed: "La llave de acceso se ha eliminado.",
  },
  alone:
    "Tienes una sola llave de acceso, sin contraseña ni códigos de recuperación. Si la pierdes, quizá no puedas " +
    "volver a entrar.",
  lacking: { text: "Una llave de acceso con la que iniciar sesión.", label: "Añadir una llave de acceso" },
  safety: {
    alone: "Solo una",
    single: "Añade otra por si la pierdes.",
    none: "Llaves de acceso: ninguna",
    some: (count) => (count === 1 ? "Una llave de acceso" : `${count} llaves de acceso`),
    action: "Gestionar",
    named: "Gestionar llaves de acceso",
  },
  offer: {
    title: "¿Quieres entrar más rápido la próxima vez?",
    text:
      "Con una llave de acceso inicias sesión con tu huella, tu cara o el bloqueo de pantalla. " +
      "Nadie puede robarla ni adivinarla.",
    later: "Ahora no",
    never: "No volver a preguntar",
    working: "Un momento…",
  },
  events: {
    passkey_added: "Llave de acceso añadida",
    passkey_renamed: "Llave de acceso renombrada",
    passkey_removed: "Llave de acceso eliminada",
  },
  problems: {
    passkey_wrong: "Esa llave de acceso no ha funcionado. Inténtalo de nuevo o inicia sesión de otra forma.",
    passkey_unknown: "No conocemos esta llave de acceso. Puede que se haya eliminado. Inicia sesión de otra forma.",
    passkey_expired: "Ha tardado demasiado. Inténtalo de nuevo.",
    passkey_taken: "Este dispositivo o gestor de contraseñas ya tiene una llave de acceso para tu cuenta.",
    passkey_too_many: "Puedes tener diez llaves de acceso. Elimina una primero.",
    passkey_last: "Es tu única forma de iniciar sesión. Elige antes una contraseña o añade otra llave de acceso.",
    passkey_gone: "Esta llave de acceso ya se había eliminado.",
    passkey_missing: "Elige una llave de acceso.",
    passkey_name: "Escribe un nombre de 60 caracteres como máximo.",
  },
  mails: {
    passkey_added: (brand, name) => ({
      subject: `${brand}: se ha añadido una llave de acceso`,
      lines: [
        `Se ha añadido una llave de acceso a tu cuenta de ${brand}: ${name}.`,
        "Quien la tenga puede iniciar sesión.",
      ],
    }),
    passkey_renamed: (brand, name) => ({
      subject: `${brand}: una llave de acceso tiene otro nombre`,
      lines: [`Una llave de acceso de tu cuenta de ${brand} se llama ahora ${name}.`],
    }),
    passkey_removed: (brand, name) => ({
      subject: `${brand}: se ha eliminado una llave de acceso`,
      lines: [`Se ha eliminado una llave de acceso de tu cuenta de ${brand}: ${name}.`],
    }),
  },
};
