import type { Words } from "../en";

const once = "El enlace es válido durante una hora y solo se puede usar una vez.";

/** What mails say. The first line is read in a notification, so it says who and what. */
export const mails: Words["mails"] = {
  // The name is left out: a stranger may have chosen it, to write to whom they please.
  verify: (brand, code) => ({
    subject: `${code} es tu código de ${brand}`,
    lines: ["Tu código de confirmación:"],
    after: [
      "El código es válido durante 10 minutos y el enlace, durante una hora. Si lo abres en un navegador distinto de " +
        "aquel en el que te registraste, elegirás una contraseña nueva.",
      "Si no te has registrado, puedes ignorar este correo.",
    ],
  }),
  verifyAction: "Confirmar correo",
  accountExists: (brand) => ({
    subject: `Termina de iniciar sesión en ${brand}`,
    lines: [
      `Alguien (quizá tú) ha intentado crear una cuenta de ${brand} con este correo electrónico o ha pedido un ` +
        "código. Ya existe una cuenta con él.",
      "Inicia sesión como antes o elige aquí una contraseña nueva. Así también confirmas tu correo electrónico:",
    ],
    after: [`${once} Si no has sido tú, puedes ignorar este correo.`],
  }),
  reset: (brand) => ({
    subject: `${brand}: elige una contraseña nueva`,
    lines: [`Hemos recibido una solicitud para restablecer la contraseña de tu cuenta de ${brand}.`],
    after: [`${once} Si no has sido tú, ignora este correo: tu contraseña no cambiará.`],
  }),
  resetAction: "Elegir una contraseña nueva",
  confirmEmail: (brand) => ({
    subject: `${brand}: confirma tu nuevo correo electrónico`,
    lines: [`Alguien (esperamos que tú) quiere usar este correo electrónico para su cuenta de ${brand}.`],
    after: [`${once} Si no sabes nada de esto, ignora este correo: no cambiará nada.`],
  }),
  confirmEmailAction: "Usar este correo",
  typedFooter: (brand) =>
    `Recibes este correo porque alguien ha escrito esta dirección en ${brand}. No respondas a este mensaje.`,
  invitationFooter: (brand) =>
    `Recibes este correo porque alguien te ha invitado a ${brand}. No respondas a este mensaje.`,
  invitation: (brand) => ({
    subject: `${brand}: tienes una invitación`,
    lines: [`Te han invitado a crear una cuenta de ${brand} con este correo electrónico.`],
    after: ["El enlace se puede usar una vez y caduca en 7 días. Si no lo esperabas, ignora este correo."],
  }),
  invitationAction: "Crear tu cuenta",
  emailTaken: (brand) => ({
    subject: `${brand}: ya tienes una cuenta`,
    lines: [
      `Alguien (quizá tú) ha intentado pasar otra cuenta de ${brand} a este correo electrónico. Ya tiene una cuenta ` +
        "propia, así que no ha cambiado nada.",
      "Si has olvidado la contraseña de esa cuenta, elige una nueva:",
    ],
    after: [`${once} Si no has sido tú, puedes ignorar este correo.`],
  }),
  emailChanged: (brand, newEmail) => ({
    subject: `${brand}: tu correo electrónico ha cambiado`,
    lines: [`Tu cuenta de ${brand} usa ahora ${newEmail}. A partir de ahora enviaremos los correos allí.`],
  }),
  undoEmail: "¿No has sido tú? Tienes 7 días para deshacer el cambio y recuperar tu cuenta:",
  passwordChanged: (brand) => ({
    subject: `${brand}: tu contraseña ha cambiado`,
    lines: [`Se ha cambiado la contraseña de tu cuenta de ${brand}.`],
  }),
  passwordRemoved: (brand) => ({
    subject: `${brand}: se ha quitado tu contraseña`,
    lines: [
      `Se ha quitado la contraseña de tu cuenta de ${brand}. A partir de ahora solo inicias sesión de otra forma.`,
    ],
  }),
  newDevice: (brand, device) => ({
    subject: `Nuevo inicio de sesión en ${brand}: ${device}`,
    lines: [
      `Ha habido un nuevo inicio de sesión en tu cuenta de ${brand}.`,
      "Si has sido tú, no tienes que hacer nada.",
    ],
  }),
  deletionAsked: (brand, due) => ({
    subject: `${brand}: tu cuenta se va a eliminar`,
    lines: [
      `Tu cuenta de ${brand} está cerrada. Se eliminará definitivamente el ${due}, con todo lo que contiene.`,
      "Para conservarla, inicia sesión antes de esa fecha y cancela la eliminación.",
    ],
  }),
  notMe: "¿No has sido tú? Cierra la sesión en todas partes y elige una contraseña nueva:",
  footer: (brand) => `Recibes este correo por una actividad en tu cuenta de ${brand}. No respondas a este mensaje.`,
  verifyTitle: "Confirma tu correo electrónico",
  or: "o",
  neverAsk: "Nunca te pediremos este código por teléfono, correo o chat.",
  notMeAction: "Proteger mi cuenta",
  undoEmailAction: "Deshacer el cambio",
  support: "Contactar con soporte",
  signInFacts: ({ device, address, country, at }) => [
    { label: "Dispositivo", value: device },
    { label: "Dirección IP", value: address || "Desconocida" },
    ...(country ? [{ label: "País", value: country }] : []),
    { label: "Hora", value: at },
  ],
};
