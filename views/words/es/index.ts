import { country, wait } from "../dates";
import type { Words } from "../en";
import { accountPages } from "./account";
import { activity } from "./activity";
import { devMail } from "./dev-mail";
import { mails } from "./mails";
import { overview } from "./overview";
import { problems } from "./problems";
import { times } from "./times";

/** Every word a person reads, in Spanish, with "tú" throughout. Short, warm, exact, as in English. */
export const es: Words = {
  language: "es",
  name: "Español",
  common: {
    email: "Correo electrónico",
    password: "Contraseña",
    name: "Nombre",
    showPassword: "Mostrar la contraseña",
    hidePassword: "Ocultar la contraseña",
    offline: "No podemos conectar con el servidor. Comprueba tu conexión e inténtalo de nuevo.",
    skip: "Ir al contenido",
    signIn: "Iniciar sesión",
    code: "Código",
    strength: {
      weak: "Débil.",
      fair: "Aceptable. Con otra palabra será mucho más difícil de adivinar.",
      good: "Buena. Es difícil de adivinar.",
      strong: "Segura. Es muy difícil de adivinar.",
    },
    error: "Error:",
    cancel: "Cancelar",
    continueTo: (site) => `para continuar a ${site}`,
    backTo: (name) => `Volver a ${name}`,
    localMode: "Modo local: los correos no se envían. Puedes leerlos aquí.",
    links: { Privacy: "Privacidad", Terms: "Condiciones", Imprint: "Aviso legal", Help: "Ayuda", Contact: "Contacto" },
    localMails: "Ver los correos",
    openMailbox: (name) => `Abrir ${name}`,
    capsLock: "Bloq Mayús está activado.",
    passwordShown: "Tu contraseña está visible.",
  },
  signIn: {
    title: "Inicia sesión",
    action: "Iniciar sesión",
    working: "Iniciando sesión…",
    remember: "Mantener la sesión iniciada en este dispositivo",
    rememberHint: (days) => `${days === 1 ? "Por un día" : `Hasta ${days} días`}. No en un equipo compartido.`,
    reset: "Restablecer la contraseña",
    toSwitch: ({ from, to }) => `Inicia sesión con ${from} para cambiar a ${to}.`,
    noAccount: "¿Es tu primera vez?",
    signUp: "Crea una cuenta",
    forgot: "¿Has olvidado tu contraseña?",
  },
  signUp: {
    title: "Crea tu cuenta",
    action: "Crear cuenta",
    working: "Creando la cuenta…",
    passwordHint: "Al menos 8 caracteres. Tres o cuatro palabras al azar funcionan bien.",
    readFirst: "Antes de empezar, lee:",
    haveAccount: "¿Ya tienes una cuenta?",
    closedTitle: "El registro está cerrado",
    invitedTitle: "Solo con invitación",
    signIn: "Inicia sesión",
  },
  ...accountPages,
  verify: {
    title: "Confirma tu correo electrónico",
    sentTo: (address) => `Hemos enviado un correo a ${address}. Escribe el código o abre el enlace que contiene.`,
    sent: "Escribe tu correo electrónico y el código que te hemos enviado, o abre el enlace del correo.",
    codeHint: "Seis cifras, válidas durante 10 minutos.",
    action: "Confirmar correo",
    working: "Confirmando…",
    noMail: "¿No te ha llegado? Mira en la carpeta de spam.",
    resend: "Enviar un código nuevo",
    resending: "Enviando…",
    later: "Ahora no",
    confirmed: "¿Ya lo has confirmado?",
    byLink: (address) => `Confirma que ${address} es tu correo electrónico.`,
    wrongAddress: "¿No es tu correo?",
    newCode: "Enviar un código nuevo",
    restricted: "Solo lo enviamos a direcciones que pueden tener una cuenta aquí.",
  },
  forgot: {
    title: "¿Has olvidado tu contraseña?",
    intro: "Escribe tu correo electrónico y te enviaremos un enlace para elegir una contraseña nueva.",
    action: "Enviar enlace",
    working: "Enviando…",
    remembered: "¿Ya la recuerdas?",
    sentTitle: "Revisa tu correo",
    sentTo: (address) => `Si hay una cuenta para ${address}, le hemos enviado un enlace. Es válido durante una hora.`,
    noMail: "¿No te ha llegado? Mira en la carpeta de spam.",
    again: "Enviar de nuevo",
    otherAddress: "Usar otro correo electrónico",
  },
  reset: {
    title: "Elige una contraseña nueva",
    intro: "Se cerrará la sesión en tus demás dispositivos.",
    why:
      "Este correo electrónico aún no está confirmado, así que quizá otra persona conozca la contraseña. Elige una " +
      "tuya.",
    more: "Tu cuenta no tiene contraseña. Para elegir una, confirma de otra forma que eres tú.",
    newPassword: "Contraseña nueva",
    action: "Guardar contraseña",
    working: "Guardando…",
  },
  suspended: {
    title: "Tu cuenta está suspendida",
    text: "No puedes iniciar sesión con ella.",
    until: (when) => `Está suspendida hasta el ${when}.`,
    from: "Del equipo:",
    help: "Pedir ayuda",
  },
  deadLink: {
    title: "Este enlace ya no es válido",
    text: "Ha caducado, ya se ha usado o lo ha sustituido un correo más reciente.",
    again: { reset: "Pedir un enlace nuevo", verify: "Pedir un correo nuevo", other: "Ir a tu cuenta" },
  },
  invitation: {
    title: (brand) => `Tienes una invitación a ${brand}`,
    intro: (address) => `Crea tu cuenta. Iniciarás sesión con ${address}.`,
    hasAccountTitle: "Ya tienes una cuenta",
    hasAccount: (address) => `Ya existe una cuenta para ${address}. Inicia sesión para usarla.`,
  },
  links: {
    confirmEmail: {
      title: "¿Usar este correo electrónico?",
      text: (address) =>
        `A partir de ahora iniciarás sesión con ${address}. Se cerrará la sesión en tus otros dispositivos.`,
      action: "Usar este correo",
      working: "Cambiando…",
    },
    undoEmail: {
      title: "¿Deshacer el cambio de correo?",
      text: (address) =>
        `Tu cuenta volverá a usar ${address}. Cerraremos la sesión en todos los dispositivos y elegirás una ` +
        "contraseña nueva.",
      action: "Deshacer el cambio",
      working: "Cambiando…",
    },
    notMe: {
      title: "¿No has sido tú?",
      text:
        "Cerraremos la sesión en todos los dispositivos, también en este, y elegirás una contraseña nueva. Si la " +
        "cuenta iba a eliminarse, la conservaremos.",
      action: "Cerrar sesión en todas partes",
      working: "Cerrando sesión…",
    },
  },
  activity,
  devMail,
  signOut: {
    title: "Cerrar sesión",
    question: (name) => `Has iniciado sesión como ${name}.`,
    action: "Cerrar sesión",
    working: "Cerrando sesión…",
    stay: "Seguir con la sesión iniciada",
  },
  notices: {
    signed_up: "Ya puedes iniciar sesión. Si ya tenías una cuenta, usa su contraseña.",
    signed_out: "Has cerrado la sesión.",
    name_saved: "Guardado.",
    picture_removed: "Hemos quitado tu foto.",
    email_verified: "Tu correo electrónico está confirmado.",
    email_undone: "Tu cuenta vuelve a usar tu correo electrónico anterior.",
    mail_sent: "Si esa dirección puede recibir correo, ya va uno nuevo en camino.",
    reset_asked: "Si hay una cuenta con esa dirección, le hemos enviado un enlace. Es válido durante una hora.",
    password_reset:
      "Contraseña cambiada y sesión cerrada en todos los dispositivos. Inicia sesión con la contraseña nueva.",
    password_changed: "Tu contraseña se ha cambiado.",
    password_removed: "Tu contraseña se ha quitado.",
    email_change_asked: "Hemos enviado un enlace a la dirección nueva. Nada cambiará hasta que lo abras.",
    email_changed: "Tu correo electrónico se ha cambiado. Úsalo para iniciar sesión a partir de ahora.",
    session_ended: "Se ha cerrado la sesión en ese dispositivo.",
    others_ended: "Se ha cerrado la sesión en tus otros dispositivos.",
    deletion_asked: "Tu cuenta está cerrada. Para conservarla, inicia sesión antes de 7 días.",
    deletion_stopped: "Tu cuenta no se eliminará.",
    picture_saved: "Tu foto se ha guardado.",
    confirm_email: "Inicia sesión con tu correo actual para cambiar al nuevo.",
    email_change_cancelled: "Cancelado. Tu correo electrónico no cambia.",
    export_ready: "Tus datos están listos para descargar.",
    session_over: "Se ha cerrado tu sesión. Inicia sesión para continuar.",
    page_old: "Esa página ya no estaba al día, así que no se ha cambiado nada. Ahora tienes la sesión en esta cuenta.",
    step_over: "Ha tardado demasiado o empezó en otro navegador. Inicia sesión de nuevo.",
    passkey_needed:
      "Tu contraseña sola no abre esta cuenta: inicia sesión con tu llave de acceso. Si ya no la tienes, ponte en " +
      "contacto con quienes gestionan este sitio.",
    session_over_kept: "Se ha cerrado tu sesión. Inicia sesión para continuar. Hemos guardado lo que habías escrito.",
  },
  problems,
  problemPage: {
    titles: { not_found: "Página no encontrada", unavailable: "Volvemos enseguida", busy: "Volvemos enseguida" },
    otherTitle: "Algo ha salido mal",
    home: "Ir a tu cuenta",
    reference: "Si contactas con soporte, indica:",
    again: "Reintentar",
  },
  waitFor: (seconds) =>
    wait(seconds, {
      moment: "Inténtalo de nuevo en un momento.",
      seconds: (count) => `Inténtalo de nuevo en ${count} segundos.`,
      minutes: (count) => `Inténtalo de nuevo en ${count} minutos.`,
    }),
  ...times,
  country: (code) => country("es", code),
  mails,
  overview,
};
