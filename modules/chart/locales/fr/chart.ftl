# Le dossier du patient.
chart-tab-synthesis = Synthèse
chart-tab-problems = Problèmes et allergies
chart-tab-medicines = Médicaments
chart-tab-results = Résultats
chart-tab-days = Résultats par jour
chart-tab-stays = Séjours et visites
chart-tab-documents = Documents
chart-tab-care = Équipe et vaccins
chart-tab-alerts = Alertes
chart-tab-raw = FHIR
chart-all = Tout voir
chart-cut = La liste continue : tout n’est pas affiché ici.
chart-print = Imprimer
chart-printed = Page ouverte le { $when } par { $who }. Ce qui a changé depuis peut ne pas y figurer.
chart-in-error = saisi par erreur
chart-preliminary = provisoire
chart-required = obligatoire
chart-choose = Choisir…
chart-older = Plus anciens
chart-newest = Revenir aux plus récents
chart-more = Suite

chart-problems-active = Problèmes en cours
chart-problems-none = Aucun problème en cours n’est noté.
chart-problems-over = Antécédents
chart-problems-over-none = Aucun antécédent n’est noté.
chart-problem-unsure = à confirmer
chart-problem-refuted = écarté
chart-allergies = Allergies et intolérances
chart-allergies-not-asked = Pas encore demandées. Demandez-les au patient avant de prescrire.
chart-allergy-over = ancienne
chart-allergy-high = risque élevé

chart-medicines-running = Traitement en cours
chart-medicines-none = Aucun traitement en cours n’est noté.
chart-medicines-over = Traitements passés
chart-medicines-over-none = Aucun traitement passé n’est noté.
chart-medicine-held = suspendu
chart-medicine-stopped = arrêté
chart-medicine-draft = brouillon

chart-results-last = Derniers résultats
chart-results-none = Aucun résultat.
chart-result = Examen
chart-value = Valeur
chart-range = Référence
chart-course = Évolution
chart-when = Quand
chart-note = Remarque
chart-back-results = Tous les résultats
chart-trend-said = Courbe des valeurs du tableau ci-dessous
chart-category-signs = Constantes
chart-category-laboratory = Biologie
chart-category-examination = Examens et scores
chart-category-imaging = Imagerie
chart-category-social = Mode de vie
chart-category-other = Autres
chart-flag-very-low = très bas
chart-flag-low = bas
chart-flag-high = haut
chart-flag-very-high = très haut
chart-flag-abnormal = anormal

chart-stays-none = Aucun séjour ni visite.
chart-class-ambulatory = Consultation
chart-class-emergency = Urgences
chart-class-inpatient = Hospitalisation
chart-class-day = Hôpital de jour
chart-class-home = À domicile
chart-class-remote = Téléconsultation
chart-class-other = Visite
chart-stay-planned = prévu
chart-stay-running = en cours
chart-stay-leave = en permission
chart-stay-cancelled = annulé
chart-stay-facts = Ce séjour
chart-stay-moves = Emplacements
chart-stay-no-moves = Aucun emplacement n’est noté.
chart-stay-here = ici maintenant
chart-stay-with = Avec
chart-stay-site = Établissement
chart-stay-class = Type
chart-stay-source = Provenance
chart-stay-exit = Sortie
chart-stay-priority = Priorité
chart-acts = Actes
chart-reports = Comptes rendus

chart-documents-none = Aucun document.
chart-document = Document
chart-document-open = Ouvrir

chart-team = Équipe de soins
chart-team-none = Aucune équipe n’est notée.
chart-team-own-doctor = Médecin traitant
chart-relatives = Proches
chart-relatives-none = Aucun proche n’est noté.
chart-vaccines = Vaccinations
chart-vaccines-none = Aucune vaccination n’est notée.
chart-vaccine-dose = dose { $dose }
chart-vaccine-lot = lot { $lot }
chart-vaccine-not-given = non faite

chart-alerts-running = Alertes en cours
chart-alerts-none = Aucune alerte en cours.
chart-alerts-over = Alertes terminées
chart-alerts-over-none = Aucune alerte terminée.
chart-alert-new = Nouvelle alerte
chart-alert-kind = Type d’alerte
chart-alert-text = Ce que chacun doit savoir
chart-alert-hint = Une ligne, visible dans le bandeau sur toutes les pages de ce patient.
chart-alert-save = Ajouter pour { $name }
chart-alert-end = Terminer
chart-alert-end-of = Terminer cette alerte de { $name }
chart-alert-reason = Pourquoi elle n’a plus lieu d’être
chart-alert-safety = Sécurité
chart-alert-clinical = Clinique
chart-alert-contact = Isolement
chart-alert-behavioral = Comportement
chart-alert-diet = Alimentation
chart-alert-admin = Administratif
chart-alert-kind-missing = Choisissez le type de l’alerte.
chart-alert-text-missing = Écrivez ce que chacun doit savoir.
chart-alert-text-long = Le texte est trop long pour le bandeau : 120 caractères au plus.
chart-alert-reason-missing = Dites pourquoi l’alerte se termine.
chart-draft-back = Repris de votre brouillon de { $time }
chart-draft-keep = Garder le brouillon
chart-draft-kept = Brouillon gardé à %
chart-draft-lost = Pas encore gardé : le serveur ne répond pas

chart-raw-count = { $n ->
    [one] { $n } ressource
   *[other] { $n } ressources
}
chart-raw-type = Type
chart-raw-all = Tous
chart-raw-show = Afficher
chart-raw-none = Aucune ressource de ce type.
chart-raw-id = Identifiant
chart-raw-version = Version
chart-raw-version-n = Version { $n }
chart-raw-recorded = Enregistré
chart-raw-versions = Versions
chart-raw-here = affichée
chart-raw-deleted = supprimée
chart-raw-changed = Ce qui a changé
chart-raw-between = de la version { $from } à la version { $to }
chart-raw-gone = retiré :
chart-raw-new = ajouté :

chart-code-attending = Médecin responsable
chart-code-takes-part = Participe aux soins
chart-code-emergency = Urgence
chart-code-urgent = Urgent
chart-code-elective = Programmé
chart-code-routine = Habituelle
chart-code-from-emergency = Urgences
chart-code-from-doctor = Adressé par son médecin
chart-code-to-home = Domicile
chart-code-died = Décès
chart-code-husband = Époux
chart-code-wife = Épouse
chart-code-father = Père
chart-code-mother = Mère
chart-code-child = Enfant
chart-code-son = Fils
chart-code-daughter = Fille
chart-code-brother = Frère
chart-code-sister = Sœur
chart-code-guardian = Tuteur

# Values, flags and curves
chart-cancelled = annulé
chart-flag-very-abnormal = très anormal
chart-systolic = syst.
chart-diastolic = diast.
chart-value-yes = oui
chart-value-no = non
chart-value-curve = { $n ->
    [one] courbe de { $n } point
   *[other] courbe de { $n } points
}
chart-trend-left-out = { $n ->
    [one] { $n } résultat du tableau n’est pas sur la courbe, ou pas en entier : autre unité, ou pas de valeur exacte.
   *[other] { $n } résultats du tableau ne sont pas sur la courbe, ou pas en entier : autre unité, ou pas de valeur exacte.
}

# States
chart-until = jusqu’au { $when }
chart-status-unknown = statut inconnu
chart-not-done = non fait
chart-medicines-never = À ne pas administrer
chart-medicine-never = ne pas administrer
chart-medicine-intended = prévu
chart-medicine-not-taken = non pris
chart-allergy-refuted = écartée
chart-acts-none = Aucun acte n’est noté.
chart-act-preparation = en préparation
chart-act-stopped = interrompu
chart-document-superseded = remplacé
chart-document-amended = modifié
chart-document-elsewhere = gardé ailleurs :
chart-raw-order = Dans l’ordre du dernier enregistrement, le plus ancien d’abord.
chart-allergy-add = Ajouter une allergie
chart-allergy-none = Aucune allergie connue
chart-problem-add = Ajouter un problème
chart-allergies-known = Des allergies sont notées : terminez-les ou écartez-les d’abord.
chart-document-add = Ajouter un document
chart-document-strike = Rayer de ce dossier
chart-document-why = Rien n’est rayé : dites pourquoi, en 300 lettres au plus.
